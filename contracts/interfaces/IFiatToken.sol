// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The part of Circle's FiatTokenV2_2 (USDC) that the protocol uses
/// @notice Any call reverts while the token is paused or if a party of the transfer is blacklisted.
interface IFiatToken is IERC20 {
    /// @notice Pulls an authorised amount to the caller (EIP-3009). Nobody but `to` may call it, so it cannot be front-run.
    /// @param from Payer and signer.
    /// @param to Payee, the caller.
    /// @param value Amount in 1e-6 USDC.
    /// @param validAfter Unix seconds after which it is valid.
    /// @param validBefore Unix seconds before which it is valid.
    /// @param nonce Used once per payer.
    /// @param signature 65 bytes r, s, v; or what the payer's code takes (EIP-1271).
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external;

    /// @notice Whether an authorization was used or cancelled.
    /// @param authorizer Payer.
    /// @param nonce Nonce of the authorization.
    /// @return used True once it is of no more use.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool used);
}
